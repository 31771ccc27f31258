import type { JsonObject } from "../json";

/** What was understood of the business before planning; a person reads and corrects it, the planner builds on it. */
export interface DiscoveryDocument {
  readonly business_domain: BusinessDomain;
  readonly bounded_contexts: readonly BoundedContext[];
  readonly aggregates?: readonly Aggregate[];
  readonly repositories?: readonly {
    readonly name: string;
    readonly aggregate?: string;
    readonly operations?: readonly string[];
  }[];
  readonly domain_services?: readonly {
    readonly name: string;
    readonly responsibility?: string;
    readonly methods?: readonly string[];
    readonly dependencies?: readonly string[];
  }[];
  readonly workflows: readonly Workflow[];
  readonly business_rules: readonly {
    readonly id: string;
    readonly description: string;
    readonly enforcement?: string;
  }[];
  readonly ubiquitous_language?: JsonObject;
  readonly integrations?: readonly Integration[];
  readonly open_questions?: readonly string[];
}

export interface BusinessDomain {
  readonly domain: string;
  readonly problem_statement: string;
  readonly industry?: string;
  readonly regulations?: readonly string[];
  readonly scale?: string;
  readonly criticality?: JsonObject;
  readonly users?: readonly {
    readonly role: string;
    readonly needs?: readonly string[];
    readonly permissions?: readonly string[];
  }[];
}

export interface BoundedContext {
  readonly name: string;
  readonly description?: string;
  readonly responsibilities?: readonly string[];
  readonly entities?: readonly string[];
  readonly ubiquitous_language?: JsonObject;
  readonly relations?: readonly {
    readonly to: string;
    readonly type:
      "customer_supplier" | "conformist" | "anti_corruption_layer" | "shared_kernel" | "partnership";
    readonly note?: string;
  }[];
}

export interface Aggregate {
  readonly name: string;
  readonly context?: string;
  readonly aggregate_root?: string;
  readonly description?: string;
  readonly entities?: readonly {
    readonly name: string;
    readonly identity?: string;
    readonly attributes?: readonly string[];
    readonly invariants?: readonly string[];
    readonly behavior?: readonly string[];
  }[];
  readonly value_objects?: readonly {
    readonly name: string;
    readonly attributes?: readonly string[];
    readonly validations?: readonly string[];
    readonly immutable?: boolean;
    readonly behavior?: readonly string[];
  }[];
  readonly domain_events?: readonly {
    readonly name: string;
    readonly attributes?: readonly string[];
    readonly triggers?: readonly string[];
    readonly consumers?: readonly string[];
  }[];
}

export interface Workflow {
  readonly name: string;
  readonly trigger?: string;
  readonly steps?: readonly string[];
  readonly business_rules?: readonly string[];
  readonly failure_scenarios?: readonly string[];
}

export interface Integration {
  readonly service: string;
  readonly purpose?: string;
  readonly kind?: "external" | "internal";
  readonly endpoints?: readonly {
    readonly operation: string;
    readonly use_case?: string;
    readonly authentication?: string;
    readonly rate_limits?: string;
  }[];
  readonly data_flow?: string;
  readonly mapping?: JsonObject;
  readonly error_handling?: string;
}
