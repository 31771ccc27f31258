import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainStart } from "../../../../src/adapters/journal/frame";
import { JournalWriter } from "../../../../src/adapters/journal/journalWriter";
import { readJournals } from "../../../../src/adapters/journal/readJournals";
import { WatermarkFile } from "../../../../src/adapters/journal/watermark";
import { ModelDisk } from "../../../support/modelDisk";
import { seeded } from "../../../support/seededRandom";

const start = { lsn: 0, hash: chainStart };
const directory = "/j";

async function append(writer: JournalWriter, ...payloads: readonly string[]): Promise<void> {
  const batch = writer.encode(payloads.map((text) => Buffer.from(text)));
  await writer.write(batch);
  await writer.sync();
  writer.confirm(batch);
}

function texts(frames: readonly { readonly payload: Uint8Array }[]): string[] {
  return frames.map((frame) => Buffer.from(frame.payload).toString());
}

describe("readJournals", () => {
  it("ST-46 reads batches and files as one chain, from any point of it", async () => {
    const disk = new ModelDisk(seeded(1));
    const writer = new JournalWriter(disk, directory, 1, start, 0);
    await append(writer, "a", "b");
    await writer.rotate();
    await append(writer, "c");
    const middle = writer.end;
    await append(writer, "d");
    expect(texts((await readJournals(disk, directory, start)).frames)).toEqual(["a", "b", "c", "d"]);
    const rest = await readJournals(disk, directory, middle);
    expect([texts(rest.frames), rest.files.length, rest.damage]).toEqual([["d"], 1, null]);
    expect(texts((await readJournals(disk, directory, start, 3)).frames)).toEqual(["a", "b", "c"]);
  });

  it("ST-47 a later writer's file replaces what a writer that lost the lease still wrote", async () => {
    const disk = new ModelDisk(seeded(1));
    const old = new JournalWriter(disk, directory, 1, start, 0);
    await append(old, "a");
    const heir = new JournalWriter(disk, directory, 2, old.end, 0);
    await append(old, "never acknowledged", "nor this");
    await append(heir, "b");
    const reading = await readJournals(disk, directory, start);
    expect([texts(reading.frames), reading.damage]).toEqual([["a", "b"], null]);
  });

  it("ST-48 of a file and its copy the one that reaches further counts", async () => {
    const disk = new ModelDisk(seeded(1));
    const writer = new JournalWriter(disk, directory, 1, start, 0);
    await append(writer, "a", "b");
    await writer.startOver();
    await append(writer, "c");
    expect(texts((await readJournals(disk, directory, start)).frames)).toEqual(["a", "b", "c"]);
    const copy = disk.contentOf(`${directory}/journal-000001-000002.log`) ?? Buffer.alloc(0);
    disk.setContent(`${directory}/journal-000001-000002.log`, copy.subarray(0, 120));
    expect(texts((await readJournals(disk, directory, start)).frames)).toEqual(["a", "b"]);
  });

  it("ST-49 what was acknowledged and is missing is damage, what was not is a torn end", async () => {
    const disk = new ModelDisk(seeded(1));
    const writer = new JournalWriter(disk, directory, 1, start, 0);
    await append(writer, "a");
    await append(writer, "b");
    const file = `${directory}/journal-000001-000001.log`;
    const whole = disk.contentOf(file) ?? Buffer.alloc(0);
    disk.setContent(file, whole.subarray(0, whole.length - 3));
    expect(await readJournals(disk, directory, start)).toMatchObject({
      damage: null,
      torn: { file: "journal-000001-000001.log" },
    });
    const mark = await WatermarkFile.open(disk, directory);
    await mark.write(writer.end);
    expect((await readJournals(disk, directory, start)).damage).toMatchObject({ lsn: 2 });
  });

  it("ST-50 whatever single byte changes, the answer is a prefix of what was written", async () => {
    const disk = new ModelDisk(seeded(1));
    const writer = new JournalWriter(disk, directory, 1, start, 0);
    const written = ["a", "bb", "ccc", "dddd"];
    for (const text of written) await append(writer, text);
    const mark = await WatermarkFile.open(disk, directory);
    await mark.write(writer.end);
    const file = `${directory}/journal-000001-000001.log`;
    const whole = Buffer.from(disk.contentOf(file) ?? Buffer.alloc(0));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] ?? 0) ^ change;
          disk.setContent(file, bytes);
          const reading = await readJournals(disk, directory, start);
          expect(written.slice(0, reading.frames.length)).toEqual(texts(reading.frames));
          expect(reading.damage).not.toBeNull();
          expect(reading.damage?.lsn).toBe(reading.frames.length + 1);
        },
      ),
    );
  });

  it("ST-51 the zeros that a file grows by in advance are its end, and go when it is closed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 200 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 600 }),
        async (payloads, ahead) => {
          const disk = new ModelDisk(seeded(1));
          const writer = new JournalWriter(disk, directory, 1, start, ahead);
          const file = `${directory}/journal-000001-000001.log`;
          for (const payload of payloads) {
            await append(writer, payload);
            expect(disk.contentOf(file)?.length).toBe(writer.bytes + writer.spare);
            const reading = await readJournals(disk, directory, start);
            expect([reading.end, reading.damage, reading.torn]).toEqual([writer.end, null, null]);
          }
          await writer.close();
          expect(disk.contentOf(file)?.length).toBe(writer.bytes);
          expect(texts((await readJournals(disk, directory, start)).frames)).toEqual(payloads);
        },
      ),
    );
  });
});
