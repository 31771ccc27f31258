import type { AnswerFault } from "../answer/answerFault";
import { createSchemaCheck } from "../answer/schemaCheck";
import { err, ok, type Result } from "../result";
import type { DiscoveryDocument } from "./discoveryDocument";
import type { DiscoveryQuestion } from "./discoveryQuestions";
import { discoveryQuestionsSchema, discoverySchema } from "./discoverySchema";

const checkDocument = createSchemaCheck(discoverySchema);
const checkQuestions = createSchemaCheck(discoveryQuestionsSchema);

/** The one way into a discovery document: shape by schema, then unique rule ids and relations that lead somewhere. */
export function parseDiscovery(value: unknown): Result<DiscoveryDocument, readonly AnswerFault[]> {
  const faults = checkDocument(value);
  if (faults.length > 0) return err(faults);
  const document = value as DiscoveryDocument;
  const rules = [...duplicateRules(document), ...danglingRelations(document)];
  return rules.length > 0 ? err(rules) : ok(document);
}

/** Questions with unique ids, so that answers find them. */
export function parseDiscoveryQuestions(
  value: unknown,
): Result<readonly DiscoveryQuestion[], readonly AnswerFault[]> {
  const faults = checkQuestions(value);
  if (faults.length > 0) return err(faults);
  const { questions } = value as { readonly questions: readonly DiscoveryQuestion[] };
  const seen = new Set<string>();
  const repeated = questions.flatMap((question, index) => {
    if (!seen.has(question.id)) {
      seen.add(question.id);
      return [];
    }
    return [
      {
        pointer: `/questions/${index}/id`,
        code: "discovery.duplicateId",
        message: `The id ${question.id} is used twice`,
      },
    ];
  });
  return repeated.length > 0 ? err(repeated) : ok(questions);
}

function duplicateRules(document: DiscoveryDocument): AnswerFault[] {
  const seen = new Set<string>();
  return document.business_rules.flatMap((rule, index) => {
    const key = rule.id.toLowerCase();
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        pointer: `/business_rules/${index}/id`,
        code: "discovery.duplicateId",
        message: `The rule id ${rule.id} is used twice`,
      },
    ];
  });
}

function danglingRelations(document: DiscoveryDocument): AnswerFault[] {
  const names = new Set(document.bounded_contexts.map((context) => context.name.toLowerCase()));
  return document.bounded_contexts.flatMap((context, index) =>
    (context.relations ?? []).flatMap((relation, position) => {
      if (names.has(relation.to.toLowerCase())) return [];
      const pointer = `/bounded_contexts/${index}/relations/${position}/to`;
      return [
        { pointer, code: "discovery.unknownContext", message: `There is no bounded context ${relation.to}` },
      ];
    }),
  );
}
