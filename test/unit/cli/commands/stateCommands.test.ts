import { describe, expect, it, vi } from "vitest";
import type { AsideFile, StoreInfo } from "../../../../src/ports/storeInfo";
import { call } from "../fakes";

const info: StoreInfo = {
  location: "/state/shop",
  access: "write",
  read_only_reason: null,
  remedy: null,
  workspace: "/shop",
  epoch: 3,
  lsn: 42,
  image_bytes: 3 * 1024 * 1024,
  journal_bytes: 512 * 1024,
  blob_bytes: 20 * 1024 * 1024,
  quarantined: [],
  notices: [],
  writer: null,
};

describe("state", () => {
  it("CL-30 shows where plans are kept and how much of what there is", async () => {
    const { code, out } = await call(["state", "show"], { storeInfo: () => Promise.resolve(info) });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "Location                        /state/shop",
        "Workspace                       /shop",
        "Access                          read and write",
        "Plans                           3.0 MB",
        "Journal                         0.5 MB",
        "Transcripts, diffs and outputs  20.0 MB",
        "Entries                         42",
        "",
      ].join("\n"),
    );
  });

  it("CL-30 says why plans can only be read and what helps", async () => {
    const readOnly: StoreInfo = {
      ...info,
      access: "read",
      read_only_reason: "process 7 on host is writing",
      remedy: "take_over",
    };
    const { out } = await call(["state", "show"], { storeInfo: () => Promise.resolve(readOnly) });
    expect(out).toContain("read only\n");
    expect(out).toContain(
      "process 7 on host is writing\nTo write here all the same: masterplan state take-over\n",
    );
    const refused = await call(["state", "take-over"], { storeInfo: () => Promise.resolve(readOnly) });
    expect([refused.code, refused.opened?.takeOver]).toEqual([4, true]);
    const accepted = await call(["state", "accept-loss"], { storeInfo: () => Promise.resolve(info) });
    expect([accepted.code, accepted.opened?.acceptLoss]).toEqual([0, true]);
  });

  it("CL-30 names what was set aside or kept, with its size", async () => {
    const file = (name: string, kind: AsideFile["kind"], bytes: number): AsideFile => ({
      name,
      kind,
      bytes,
      changed_at: 0,
    });
    const aside = [
      file("before-import-1.masterplan-state", "copy", 1024 * 1024),
      file("imported/a.db", "imported", 2 * 1024 * 1024),
      file("quarantine/journal-1.x", "quarantined", 512 * 1024),
    ];
    const { out } = await call(["state", "show"], {
      storeInfo: () => Promise.resolve({ ...info, aside, aside_bytes: 3.5 * 1024 * 1024 }),
    });
    expect(out).toMatch(/^Set aside and copies +3\.5 MB$/mu);
    expect(out).toMatch(/^ {2}copy from before an import +1\.0 MB +before-import-1\.masterplan-state$/mu);
    expect(out).toMatch(/^ {2}imported +2\.0 MB +imported\/a\.db$/mu);
    expect(out).toMatch(/^ {2}damaged +0\.5 MB +quarantine\/journal-1\.x$/mu);
  });

  it("CL-31 removes runs, stored files, or both, in one call", async () => {
    const purge = vi.fn(() => Promise.resolve({ runs: 1, blobs: 2, aside: 3, bytes: 30 }));
    const { out } = await call(["purge", "--runs", "--blobs", "--older-than", "1d"], { purge });
    expect(out).toBe("Removed: runs 1, stored files 2, files set aside 3; bytes freed: 30\n");
    await call(["purge", "--blobs"], { purge });
    await call(["purge", "--aside"], { purge });
    await call(["purge", "--aside", "all"], { purge });
    expect(purge.mock.calls).toEqual([
      [{ runs_older_than_ms: 86_400_000, blobs_older_than_ms: 86_400_000 }],
      [{ blobs_older_than_ms: 0 }],
      [{ aside: "old" }],
      [{ aside: "all" }],
    ]);
  });
});
