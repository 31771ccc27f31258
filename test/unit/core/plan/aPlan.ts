import type { JsonObject } from "../../../../src/core/json";

/** A small valid plan file; `task` fields go into its first task, `root` fields into the plan. */
export function aPlanFile(task: JsonObject = {}, root: JsonObject = {}): JsonObject {
  return {
    schema_version: 1,
    project_name: "Greeting",
    user_request_original: "Greet people by name",
    phases: [
      {
        phase_id: "p1",
        name: "Build",
        milestones: [
          {
            milestone_id: "m1",
            name: "Greeting works",
            tasks: [aTask("t1", task), aTask("t2", { depends_on: ["t1"] })],
          },
        ],
      },
    ],
    ...root,
  };
}

export function aTask(id: string, fields: JsonObject = {}): JsonObject {
  return {
    task_id: id,
    title: `Task ${id}`,
    description: "Say hello",
    task_type: "implementation",
    depends_on: [],
    ...fields,
  };
}

/** A plan of one phase per entry, each with one milestone of the given tasks. */
export function aPlanOf(
  phases: readonly (JsonObject & { readonly tasks: readonly JsonObject[] })[],
): JsonObject {
  return {
    schema_version: 1,
    project_name: "Plan",
    user_request_original: "Do it",
    phases: phases.map(({ tasks, ...phase }, i) => ({
      phase_id: `p${i + 1}`,
      name: `Phase ${i + 1}`,
      milestones: [{ milestone_id: `m${i + 1}`, name: "Work", tasks }],
      ...phase,
    })),
  };
}
