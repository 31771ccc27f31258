import type { JsonObject } from "../json";

const text = { type: "string", maxLength: 20_000 };
const texts = listOf(text);
const map = { type: "object" };

function node(required: readonly string[], properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: "object", required, properties };
}

function listOf(items: JsonObject): JsonObject {
  return { type: "array", items };
}

/** JSON Schema of the answer `discovery_questions`. */
export const discoveryQuestionsSchema: JsonObject = node(["questions"], {
  questions: {
    ...listOf(
      node(["id", "category", "question", "why_we_ask"], {
        id: { type: "string", minLength: 1, maxLength: 100 },
        category: {
          ...text,
          description: "business_domain, industry_context, existing_systems or workflows",
        },
        question: { ...text, minLength: 1 },
        why_we_ask: text,
        options: texts,
        examples: texts,
        format: text,
      }),
    ),
    maxItems: 30,
  },
});

/** JSON Schema (2020-12) of a discovery document. */
export const discoverySchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "MasterPlan discovery document",
  ...node(["business_domain", "bounded_contexts", "workflows", "business_rules"], {
    business_domain: node(["domain", "problem_statement"], {
      domain: text,
      problem_statement: text,
      industry: text,
      regulations: texts,
      scale: text,
      criticality: map,
      users: listOf(node(["role"], { role: text, needs: texts, permissions: texts })),
    }),
    bounded_contexts: listOf(
      node(["name"], {
        name: text,
        description: text,
        responsibilities: texts,
        entities: texts,
        ubiquitous_language: map,
        relations: listOf(
          node(["to", "type"], {
            to: text,
            type: {
              type: "string",
              enum: [
                "customer_supplier",
                "conformist",
                "anti_corruption_layer",
                "shared_kernel",
                "partnership",
              ],
            },
            note: text,
          }),
        ),
      }),
    ),
    aggregates: listOf(
      node(["name"], {
        name: text,
        context: text,
        aggregate_root: text,
        description: text,
        entities: listOf(
          node(["name"], {
            name: text,
            identity: text,
            attributes: texts,
            invariants: texts,
            behavior: texts,
          }),
        ),
        value_objects: listOf(
          node(["name"], {
            name: text,
            attributes: texts,
            validations: texts,
            immutable: { type: "boolean" },
            behavior: texts,
          }),
        ),
        domain_events: listOf(
          node(["name"], { name: text, attributes: texts, triggers: texts, consumers: texts }),
        ),
      }),
    ),
    repositories: listOf(node(["name"], { name: text, aggregate: text, operations: texts })),
    domain_services: listOf(
      node(["name"], { name: text, responsibility: text, methods: texts, dependencies: texts }),
    ),
    workflows: listOf(
      node(["name"], {
        name: text,
        trigger: text,
        steps: texts,
        business_rules: texts,
        failure_scenarios: texts,
      }),
    ),
    business_rules: listOf(node(["id", "description"], { id: text, description: text, enforcement: text })),
    ubiquitous_language: map,
    integrations: listOf(
      node(["service"], {
        service: text,
        purpose: text,
        kind: { type: "string", enum: ["external", "internal"] },
        endpoints: listOf(
          node(["operation"], { operation: text, use_case: text, authentication: text, rate_limits: text }),
        ),
        data_flow: text,
        mapping: map,
        error_handling: text,
      }),
    ),
    open_questions: texts,
  }),
};
