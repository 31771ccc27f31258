import { expect, it } from "vitest";
import { ModelDisk } from "../../support/modelDisk";
import { seeded } from "../../support/seededRandom";
import { commitOf } from "../../support/storeFixtures";
import { SuspendingDisk } from "../../support/suspendingDisk";
import { open } from "../../torture/scenario";

const change = (n: number) => commitOf([{ kind: "setting.put", key: `k${String(n)}`, value: { n } }]);

it("ST-54 an epoch is given once, however long a process rests on its way to it", async () => {
  for (let call = 1; ; call += 1) {
    const disk = new ModelDisk(seeded(call));
    const gate = new SuspendingDisk(disk, { when: "before", call });
    const late = open(gate);
    const where = await Promise.race([gate.stopped, late.then(() => "open")]);
    expect(where).not.toBe("open");
    // It has seen that nobody writes, and is about to say that it does.
    if (where !== "before link") {
      gate.wake();
      await (await late).close();
      continue;
    }
    const first = await open(disk);
    await first.commit(change(1));
    await first.close();
    const second = await open(disk);
    await second.commit(change(2));
    gate.wake();
    const awake = await late;
    expect([awake.access, second.access]).toEqual(["read", "write"]);
    await second.commit(change(3));
    await awake.close();
    await second.close();
    const last = await open(disk);
    expect([last.access, last.info().lsn]).toEqual(["write", 3]);
    await last.close();
    return;
  }
});
