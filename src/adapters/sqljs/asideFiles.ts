import path from "node:path";
import type { Disk } from "../../ports/disk";
import type { AsideFile } from "../../ports/storeInfo";
import { olderFolder, quarantineFolder } from "./image/quarantine";
import type { SqlDatabase } from "./sqlDatabase";
import { importedFolder } from "./transfer/importedState";

/** How the copies are called that an import keeps of what it replaces. */
const copyName = /^before-import-.+\.masterplan-state$/u;

/**
 * What lies in the store's folder and is not the state itself: imported states, damaged files, images from before a
 * change of the schema, and copies of what imports replaced; the oldest of each kind first.
 */
export async function asideFiles(disk: Disk, directory: string): Promise<readonly AsideFile[]> {
  const names = async (folder: string, kind: AsideFile["kind"]): Promise<readonly Named[]> =>
    (await disk.list(path.join(directory, folder))).map((name) => ({ name: path.join(folder, name), kind }));
  const copies = (await disk.list(directory)).filter((name) => copyName.test(name));
  const found: readonly Named[] = [
    ...(await names(importedFolder, "imported")),
    ...(await names(quarantineFolder, "quarantined")),
    ...(await names(olderFolder, "older")),
    ...copies.map((name) => ({ name, kind: "copy" as const })),
  ];
  const all = await Promise.all(
    found.map(async (one) => ({ ...one, stat: await disk.stat(path.join(directory, one.name)) })),
  );
  return all
    .flatMap(({ name, kind, stat }) => (stat === null ? [] : [{ name, kind, ...stat }]))
    .sort((a, b) => a.kind.localeCompare(b.kind) || a.changed_at - b.changed_at);
}

interface Named {
  readonly name: string;
  readonly kind: AsideFile["kind"];
}

/**
 * Removes what nothing rests on any more. Stays: the imported state that the present one began with; and, unless
 * `newest` asks for them too, the damaged file and the copy that came last, which somebody may still want to look into.
 */
export async function cleanAside(
  disk: Disk,
  directory: string,
  tables: SqlDatabase,
  { newest }: { readonly newest: boolean },
): Promise<{ readonly files: number; readonly bytes: number }> {
  const all = await asideFiles(disk, directory);
  const begunWith = importedState(tables);
  const last = new Set(
    (["quarantined", "copy"] as const).map((kind) => all.findLast((one) => one.kind === kind)?.name),
  );
  const gone = all.filter(({ kind, name }) =>
    kind === "imported" ? path.basename(name) !== begunWith : newest || !last.has(name),
  );
  for (const { name } of gone) await disk.remove(path.join(directory, name));
  for (const folder of new Set(gone.map(({ name }) => path.dirname(path.join(directory, name)))))
    await disk.syncDirectory(folder);
  return { files: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** The file that the last import of this journal named; rows of imported journals lie below LSN 0. */
function importedState(tables: SqlDatabase): string | null {
  const row = tables.get(
    "SELECT json_extract(detail, '$.image') AS image FROM audit WHERE action = 'state.import' AND lsn > 0 ORDER BY lsn DESC",
  );
  return row === undefined ? null : `${String(row["image"])}.db`;
}
