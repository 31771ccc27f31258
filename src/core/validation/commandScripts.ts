import { scriptTexts, type CheckScripts } from "./checkScripts";
import { isJsonObject, parseJsonObject } from "./detect/jsonObject";
import type { WorkspaceView } from "./detect/workspaceView";

/** A script of a manifest that an argument vector runs, with the texts of all that it stands for. */
export interface ManifestScript {
  readonly manifest: string;
  readonly script: string;
  readonly scripts: CheckScripts;
}

/** Whether what the vector runs may stand in a manifest's scripts. */
export function runsScripts(argv: readonly string[]): boolean {
  const programs = argv.map(programName);
  return (
    programs.some((name) => managers.has(name)) ||
    (programs.includes("node") && argv.some((word) => /^--run(?:=|$)/u.test(word)))
  );
}

/**
 * What a vector executes in the root, as far as manifests say: the scripts that its words name, and those of every
 * package where it, or a script of the root, hands on to packages. Naming too much costs a look; naming too little would
 * let a text run that nobody saw.
 */
export function commandScripts(view: WorkspaceView, argv: readonly string[]): readonly ManifestScript[] {
  if (!runsScripts(argv)) return [];
  const words = wordsOf(argv);
  const named = (manifest: string, names: readonly string[]) => {
    const text = view.read(manifest);
    return scriptNames(text)
      .filter((name) => isMeant(name, names))
      .map((script) => ({ manifest, script, scripts: scriptTexts(text, script) }));
  };
  const root = named("package.json", words);
  const texts = root.flatMap(({ scripts }) => Object.values(scripts));
  if (![argv.join(" "), ...texts].some((text) => handsOn.test(text))) return root;
  const all = [...words, ...texts.flatMap((text) => text.split(/[\s"'`;&|()=,]+/u))];
  const packages = view.files.filter((path) => path.endsWith("/package.json")).sort();
  return [...root, ...packages.flatMap((manifest) => named(manifest, all))];
}

/** Words by which package managers and their kin run scripts of other folders. */
const handsOn =
  /(?:^|[\s"'(])(?:-w|-ws|-r|-F|-C|--(?:workspaces?|recursive|filter|prefix|cwd|dir)|turbo|nx|lerna|rush|wsrun|foreach|workspaces?|cd|pushd)(?=$|[\s="')])/u;

/** All of them as one map; scripts of packages carry their folder. */
export function flatScripts(found: readonly ManifestScript[]): CheckScripts {
  const entries = found.flatMap(({ manifest, scripts }) => {
    const folder = manifest.slice(0, -"package.json".length);
    return Object.entries(scripts).map(([name, text]) => [`${folder}${name}`, text] as const);
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const managers: ReadonlySet<string> = new Set([
  ...["npm", "pnpm", "yarn", "bun", "corepack"],
  ...["turbo", "nx", "lerna", "rush", "wsrun", "npm-run-all", "npm-run-all2", "run-s", "run-p"],
]);

/** What a package manager runs by itself around an install or a release. */
const lifecycle: readonly string[] = [
  ...["preinstall", "install", "postinstall", "dependencies", "preprepare", "prepare", "postprepare"],
  ...["prepack", "postpack", "prepublish", "prepublishOnly", "publish", "postpublish"],
  ...["preversion", "version", "postversion", "prerebuild", "rebuild", "postrebuild"],
];

const installs =
  /^(?:i|in|ins|inst|insta|instal|install|isnt|isnta|isntal|isntall|ci|clean-install|ic|it|cit|install-.*|add|link|ln|update|up|upgrade|rebuild|rb|dedupe|pack|publish|version|import|remove|rm|uninstall)$/u;

const aliases: Readonly<Record<string, readonly string[]>> = {
  t: ["test"],
  tst: ["test"],
  it: ["test"],
  cit: ["test"],
  "install-test": ["test"],
  "install-ci-test": ["test"],
  restart: ["stop", "start"],
};

function wordsOf(argv: readonly string[]): readonly string[] {
  const words = argv.flatMap((word) => word.split(/[\s=,]+/u)).filter((word) => word !== "");
  const bare = argv.every((word) => managers.has(programName(word)) || word.startsWith("-"));
  return [
    ...words,
    ...words.flatMap((word) => (Object.hasOwn(aliases, word) ? (aliases[word] ?? []) : [])),
    ...(bare || words.some((word) => installs.test(word)) ? lifecycle : []),
  ];
}

function isMeant(name: string, words: readonly string[]): boolean {
  return words.some(
    (word) => word === name || (word.includes("*") && name.startsWith(word.slice(0, word.indexOf("*")))),
  );
}

function scriptNames(manifest: string | undefined): readonly string[] {
  const scripts = parseJsonObject(manifest)?.["scripts"];
  return isJsonObject(scripts)
    ? Object.keys(scripts).filter((name) => typeof scripts[name] === "string")
    : [];
}

/** `/usr/bin/npm`, `npm.cmd` and `npm@10` are the program `npm`. */
function programName(word: string): string {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1).toLowerCase();
  return name.replace(/\.(?:exe|cmd|bat|c?js)$/u, "").replace(/(?<=.)@.*$/u, "");
}
