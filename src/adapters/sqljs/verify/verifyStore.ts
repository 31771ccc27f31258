import type { StoreVerification } from "../../../ports/storeInfo";
import { runInBackground } from "../image/backgroundRunner";
import type { LoadedState } from "../image/loadState";
import { stateHash } from "./stateHash";
import type { StoreContext } from "../storeContext";
import type { StoreWriter } from "../storeWriter";

/** Proves what is on disk, and that the open tables say exactly what the journal says. */
export async function verifyStore(
  context: StoreContext,
  writer: StoreWriter | null,
  state: LoadedState,
): Promise<StoreVerification> {
  const live = async (): Promise<{ hash: string; lsn: number }> => {
    writer?.beforeRead();
    return { hash: await stateHash(state.database, nextTurn), lsn: writer?.lsn ?? state.end.lsn };
  };
  // Commits wait while the tables are hashed; reads and everything else go on between two pieces of it.
  const { hash, lsn } = await (writer === null ? live() : writer.exclusively(live));
  const { directory, workspace } = context;
  const found = await runInBackground<"verify">(context, { kind: "verify", directory, workspace, upTo: lsn });
  const problems = [...found.problems];
  if (found.hash !== null && found.hash !== hash)
    problems.push("The tables do not say what the journal says");
  return { ok: problems.length === 0, frames: found.frames, first_bad: found.firstBad, problems };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
