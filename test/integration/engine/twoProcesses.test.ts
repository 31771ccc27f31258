import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { resolveStore } from "../../../src/adapters/node/writer/storeRegistry";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder | null = null;
let runtime: string | null = null;

afterEach(async () => {
  vi.unstubAllEnvs();
  await folder?.dispose();
  if (runtime !== null) await rm(runtime, { recursive: true, force: true });
  folder = null;
  runtime = null;
});

it("ST-80 a second opening hands its calls to the first, hears when it ends, and takes over then", async () => {
  folder = await makeWorkspace({ "README.md": "# Two\n" });
  const first = await folder.open();
  let lost = false;
  let second = await folder.open({ onLost: () => (lost = true) });
  const text = "# ExecPlan: Two\n\n## Concrete Steps (Checklist)\n\n- [ ] Look at it\n";
  const { id } = await second.importPlan({ text, name: "two.md", format: "auto" });
  expect((await first.list()).plans.map((plan) => plan.id)).toEqual([id]);
  await expect(second.run({ approval: id })).rejects.toMatchObject({ code: "gate.notApproved" });
  await first.dispose();
  await expect.poll(() => lost).toBe(true);
  await second.dispose();
  second = await folder.open();
  expect((await second.list()).plans.map((plan) => plan.id)).toEqual([id]);
  await second.approve({ id });
  await second.dispose();
});

it("ST-80 two that start at the same moment end with one writer and one that hands over, none that only reads", async () => {
  folder = await makeWorkspace({ "README.md": "# Two\n" });
  for (let round = 0; round < 3; round += 1) {
    const both = await Promise.all([folder.open(), folder.open()]);
    const text = `# ExecPlan: Round ${round}\n\n## Concrete Steps (Checklist)\n\n- [ ] Look at it\n`;
    for (const one of both) await one.importPlan({ text, name: "two.md", format: "auto" });
    for (const one of both) expect((await one.list()).plans).toHaveLength(2 * (round + 1));
    for (const one of both) await one.dispose();
  }
});

it.skipIf(process.platform === "win32")(
  "ST-81 the socket is its person's alone, and no folder that others may enter holds it",
  async () => {
    folder = await makeWorkspace({ "README.md": "# Private\n" });
    const { workspace, home } = folder;
    const place = () => resolveStore({ workspace, override: path.join(home, "store") });
    // A short place, whatever the folder for temporary files: a long path may not name a socket.
    runtime = await mkdtemp("/tmp/mp-");
    await mkdir(path.join(runtime, "masterplan"), { recursive: true });
    await chmod(path.join(runtime, "masterplan"), 0o755);
    vi.stubEnv("XDG_RUNTIME_DIR", runtime);
    expect((await place()).socket).not.toContain(runtime);
    await chmod(path.join(runtime, "masterplan"), 0o700);
    const masterPlan = await folder.open();
    const { socket } = await place();
    expect(socket).toContain(runtime);
    const found = await stat(socket);
    expect([found.isSocket(), found.mode & 0o777]).toEqual([true, 0o600]);
    await masterPlan.dispose();
  },
);
