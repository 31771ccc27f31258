/** A manifest as JSON gives it; the rules look only at what they name. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Menus that the published editor takes from any extension; the test editor takes proposed ones as well. */
const stableMenus = [
  /^commandPalette$/u,
  /^editor\/(title|title\/run|title\/context|context|lineNumber\/context)$/u,
  /^explorer\/context$/u,
  /^view\/(title|item\/context)$/u,
  /^comments\/(commentThread|comment)\/(title|context)$/u,
  /^scm\/(title|change\/title|(resourceState|resourceGroup|resourceFolder)\/context)$/u,
  /^testing\//u,
  /^terminal\/context$/u,
  /^timeline\//u,
  /^file\/newFile$/u,
  /^(webview|extension)\/context$/u,
  /^issue\/reporter$/u,
];

const stableViewProperties = new Set([
  ...[
    "id",
    "name",
    "when",
    "icon",
    "contextualTitle",
    "type",
    "visibility",
    "initialSize",
    "group",
    "remoteName",
  ],
]);

/** What a setting is called when a workspace that sets it could make the machine do something. */
const dangerousSetting = /command|url|endpoint|budget|path|origin|host|proxy|shell|executable|environment/iu;

/** Every way in which the manifest breaks a rule, as a sentence; empty when it keeps them all. */
export function manifestFaults(manifest: Manifest): string[] {
  const contributes = objectOf(manifest["contributes"]);
  return [
    ...topFaults(manifest),
    ...menuFaults(contributes),
    ...commandFaults(contributes),
    ...viewFaults(contributes),
    ...settingFaults(contributes),
  ];
}

/** Every `%key%` of the manifest without a text, and every text without a use, in each of the languages. */
export function languageFaults(manifest: Manifest, texts: Readonly<Record<string, Manifest>>): string[] {
  const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/gu)].map(([, key]) => key!));
  return Object.entries(texts).flatMap(([file, entries]) => [
    ...[...used]
      .filter((key) => typeof entries[key] !== "string")
      .map((key) => `${file} has no text for ${key}`),
    ...Object.keys(entries)
      .filter((key) => !used.has(key))
      .map((key) => `${file} has a text for ${key}, which nothing uses`),
  ]);
}

function topFaults(manifest: Manifest): string[] {
  const faults: string[] = [];
  const development = objectOf(manifest["devDependencies"]);
  const lowest = /^\^(\d+\.\d+)\.0$/u.exec(String(objectOf(manifest["engines"])["vscode"]))?.[1];
  if (lowest === undefined || !String(development["@types/vscode"]).startsWith(`${lowest}.`)) {
    faults.push("@types/vscode is not of the lowest supported version in engines.vscode");
  }
  if ("enabledApiProposals" in manifest) faults.push("enabledApiProposals asks for proposed API");
  for (const event of listOf(manifest["activationEvents"])) {
    // A page of ours that the editor brings back is no early start: nobody else can fill it.
    if (!/^(?:workspaceContains|onWebviewPanel):/u.test(String(event)))
      faults.push(`activation event ${String(event)} starts too early`);
  }
  if (!("contributes" in manifest)) return faults;
  const trust = objectOf(objectOf(manifest["capabilities"])["untrustedWorkspaces"]);
  if (trust["supported"] !== "limited" || typeof trust["description"] !== "string") {
    faults.push("capabilities.untrustedWorkspaces is not limited with a description");
  }
  return faults;
}

function menuFaults(contributes: Manifest): string[] {
  const commands = new Set(objectsOf(contributes["commands"]).map((command) => command["command"]));
  const submenus = new Set(objectsOf(contributes["submenus"]).map((submenu) => submenu["id"]));
  return Object.entries(objectOf(contributes["menus"])).flatMap(([menu, items]) => [
    ...(submenus.has(menu) || stableMenus.some((pattern) => pattern.test(menu))
      ? []
      : [`menu ${menu} is not a stable one`]),
    ...objectsOf(items)
      .filter((item) => "command" in item && !commands.has(item["command"]))
      .map((item) => `menu ${menu} names the unknown command ${String(item["command"])}`),
  ]);
}

function commandFaults(contributes: Manifest): string[] {
  return objectsOf(contributes["commands"]).flatMap((command) => {
    const name = String(command["command"]);
    return [
      ...(name.startsWith("masterplan.") ? [] : [`command ${name} is outside of our name space`]),
      ...(command["category"] === "MasterPlan" ? [] : [`command ${name} is not in the category MasterPlan`]),
      ...(/^%[^%]+%$/u.test(String(command["title"]))
        ? []
        : [`command ${name} has a title that cannot be translated`]),
    ];
  });
}

function viewFaults(contributes: Manifest): string[] {
  const views = Object.values(objectOf(contributes["views"])).flatMap(objectsOf);
  return views.flatMap((view) => [
    ...Object.keys(view)
      .filter((property) => !stableViewProperties.has(property))
      .map((property) => `view ${String(view["id"])} uses ${property}, which is not stable`),
    ...(/^%[^%]+%$/u.test(String(view["name"]))
      ? []
      : [`view ${String(view["id"])} has a name that cannot be translated`]),
  ]);
}

function settingFaults(contributes: Manifest): string[] {
  const groups = Array.isArray(contributes["configuration"])
    ? contributes["configuration"]
    : [contributes["configuration"]];
  const settings = groups.flatMap((group) => Object.entries(objectOf(objectOf(group)["properties"])));
  return settings.flatMap(([name, value]) => {
    const setting = objectOf(value);
    const scope = setting["scope"];
    const described = setting["description"] ?? setting["markdownDescription"];
    return [
      ...(name.startsWith("masterplan.") ? [] : [`setting ${name} is outside of our name space`]),
      ...(/^%[^%]+%$/u.test(String(described))
        ? []
        : [`setting ${name} has no description that can be translated`]),
      ...("default" in setting ? [] : [`setting ${name} has no default`]),
      ...(typeof scope === "string" ? [] : [`setting ${name} has no scope`]),
      ...(dangerousSetting.test(name) && scope !== "machine" && scope !== "application"
        ? [`setting ${name} can be set by a workspace, but names a command, an address or a budget`]
        : []),
    ];
  });
}

function objectOf(value: unknown): Manifest {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Manifest) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectsOf(value: unknown): readonly Manifest[] {
  return listOf(value).map(objectOf);
}
