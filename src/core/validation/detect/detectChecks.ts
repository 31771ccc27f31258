import { goChecks, isCargoMember, rustChecks } from "./compiledChecks";
import { scriptOf, scriptTexts } from "../checkScripts";
import { commandScripts, flatScripts } from "../commandScripts";
import type { CheckLayer, DetectedCheck, Severity } from "../evidence";
import type { CheckKind, FoundCheck } from "./foundCheck";
import { openFolder } from "./foundCheck";
import { nodeChecks } from "./nodeChecks";
import { pythonChecks } from "./pythonChecks";
import type { WorkspaceView } from "./workspaceView";

/**
 * The checks that a workspace offers, the root's first, then by folder. Pure: reads manifests, runs nothing. Names are
 * unique: `test`, `api:test` for a package in a folder, `python:test` for a second toolchain in the same folder.
 */
export function detectChecks(view: WorkspaceView): readonly DetectedCheck[] {
  const folders = packageFolders(view);
  const cargoWorkspaces = folders.filter((folder) =>
    /^\[workspace\]/mu.test(view.read(join(folder, "Cargo.toml")) ?? ""),
  );
  const found = folders.flatMap((path) => {
    const folder = openFolder(view, path, folders);
    return [
      ...nodeChecks(folder, view),
      ...pythonChecks(folder),
      ...goChecks(folder),
      ...(isCargoMember(path, cargoWorkspaces) ? [] : rustChecks(folder)),
    ];
  });
  const labels = folderLabels(folders);
  const taken = new Set<string>();
  return found.map((check) => {
    const name = freeName(check, labels.get(check.folder) ?? "", taken);
    taken.add(name);
    const place = scriptOf(check.source);
    return {
      name,
      ...layers[check.kind],
      command: check.command,
      cwd: check.folder,
      source: check.source,
      ...(place !== null && {
        scripts:
          place.manifest === "package.json"
            ? flatScripts(commandScripts(view, check.command))
            : scriptTexts(view.read(place.manifest), place.script),
      }),
    };
  });
}

const minute = 60_000;

const layers: Readonly<Record<CheckKind, { layer: CheckLayer; severity: Severity; timeout_ms: number }>> = {
  test: { layer: "tests", severity: "critical", timeout_ms: 15 * minute },
  types: { layer: "types", severity: "critical", timeout_ms: 5 * minute },
  lint: { layer: "lint", severity: "important", timeout_ms: 5 * minute },
  build: { layer: "build", severity: "important", timeout_ms: 15 * minute },
  format: { layer: "format", severity: "nice_to_have", timeout_ms: 2 * minute },
};

const manifest =
  /(?:^|\/)(?:package\.json|pyproject\.toml|setup\.py|setup\.cfg|requirements\.txt|go\.mod|Cargo\.toml)$/u;
/** Folders that hold other people's packages, samples of broken ones, or what a build wrote. */
const notOurs =
  /(?:^|\/)(?:node_modules|vendor|third_party|fixtures?|__fixtures__|testdata|templates?|examples?|samples?|dist|build|out|target|site-packages|\.[^/]+)\//u;
const mostFolders = 100;

/** The root and every folder with a manifest of its own, root first, shallow before deep. */
function packageFolders(view: WorkspaceView): readonly string[] {
  const folders = new Set<string>([""]);
  for (const file of view.files) {
    if (manifest.test(file) && !notOurs.test(file))
      folders.add(file.slice(0, Math.max(0, file.lastIndexOf("/"))));
  }
  const depth = (folder: string) => (folder === "" ? 0 : folder.split("/").length);
  return [...folders]
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : a > b ? 1 : 0))
    .slice(0, mostFolders);
}

/** The last part of the path where that is unique, else the whole path. */
function folderLabels(folders: readonly string[]): ReadonlyMap<string, string> {
  const last = (folder: string) => folder.slice(folder.lastIndexOf("/") + 1);
  const uses = new Map<string, number>();
  for (const folder of folders) uses.set(last(folder), (uses.get(last(folder)) ?? 0) + 1);
  return new Map(folders.map((folder) => [folder, uses.get(last(folder)) === 1 ? last(folder) : folder]));
}

function freeName(check: FoundCheck, label: string, taken: ReadonlySet<string>): string {
  const plain = label === "" ? check.kind : `${label}:${check.kind}`;
  if (!taken.has(plain)) return plain;
  const own = label === "" ? `${check.toolchain}:${check.kind}` : `${label}/${check.toolchain}:${check.kind}`;
  return taken.has(own) ? `${check.folder}/${check.toolchain}:${check.kind}` : own;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
