import { expect, test, vi } from "vitest";
import { tasksOf } from "../../../src/core/plan/plan";
import { createTranslate } from "../../../src/core/translate";
import type { PlanSnapshot } from "../../../src/vscode/sidebar/planSnapshot";
import { PlanTree } from "../../../src/vscode/sidebar/planTree";
import { planOf } from "../../support/storeFixtures";

vi.mock("vscode", () => ({
  EventEmitter: class {
    readonly event = (): void => undefined;
    readonly fire = (): void => undefined;
  },
  TreeItem: class {
    constructor(
      readonly label: string,
      readonly collapsibleState: number,
    ) {}
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  ThemeIcon: class {
    constructor(readonly id: string) {}
  },
  ThemeColor: class {
    constructor(readonly id: string) {}
  },
  MarkdownString: class {
    readonly appendText = (): void => undefined;
    readonly appendMarkdown = (): void => undefined;
  },
}));

/** A tree over a plan of that shape; `asked` counts how often a task was looked up. */
function treeOf(phases: number, milestones: number, tasks: number) {
  const plan = planOf(phases, milestones, tasks);
  const asked = { tasks: 0 };
  const reports = new Map(
    tasksOf(plan).map(({ task }) => [
      task.task_id,
      {
        spec: task,
        get report() {
          asked.tasks += 1;
          return { status: "pending" };
        },
      },
    ]),
  );
  const tree = new PlanTree(createTranslate({}));
  tree.show({ plan, tasks: reports, status: { phases: [], waiting: [] } } as unknown as PlanSnapshot);
  return { tree, asked };
}

test("WV-41 phases hold milestones, also a lone one, and milestones hold tasks", () => {
  const { tree } = treeOf(2, 1, 3);
  const [phase] = tree.getChildren();
  const [milestone, ...others] = tree.getChildren(phase);
  expect(milestone).toMatchObject({ kind: "milestone", milestone: { milestone_id: "M1.1" } });
  expect(others).toEqual([]);
  const tasks = tree.getChildren(milestone);
  expect(tasks.map(({ kind }) => kind)).toEqual(["task", "task", "task"]);
  expect(tree.getParent(tasks[0]!)).toBe(milestone);
  expect(tree.getParent(milestone!)).toBe(phase);
  // A milestone is open from the start, so that its tasks are seen.
  expect(tree.getTreeItem(milestone!).collapsibleState).toBe(2);
});

test("WV-41 ten thousand tasks cost no look at a task until their milestone opens", () => {
  const { tree, asked } = treeOf(100, 10, 10);
  const phases = tree.getChildren();
  const milestones = tree.getChildren(phases[0]);
  expect(phases).toHaveLength(100);
  expect(milestones).toHaveLength(10);
  expect(tree.getChildren(milestones[0])).toHaveLength(10);
  expect(asked.tasks).toBe(0);
});
