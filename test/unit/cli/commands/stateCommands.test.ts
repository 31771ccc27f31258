import { describe, expect, it, vi } from "vitest";
import type { StoreInfo } from "../../../../src/ports/store";
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

  it("CL-31 removes runs, stored files, or both, in one call", async () => {
    const purge = vi.fn(() => Promise.resolve({ runs: 1, blobs: 2, bytes: 30 }));
    const { out } = await call(["purge", "--runs", "--blobs", "--older-than", "1d"], { purge });
    expect(out).toBe("Removed: runs 1, stored files 2; bytes freed: 30\n");
    await call(["purge", "--blobs"], { purge });
    expect(purge.mock.calls).toEqual([
      [{ runs_older_than_ms: 86_400_000, blobs_older_than_ms: 86_400_000 }],
      [{ blobs_older_than_ms: 0 }],
    ]);
  });
});
