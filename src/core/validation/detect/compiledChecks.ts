import type { CheckKind, Folder, FoundCheck } from "./foundCheck";

/** Checks of a Go module: vet is its lint, build its compiler. */
export function goChecks(folder: Folder): readonly FoundCheck[] {
  if (!folder.has("go.mod")) return [];
  const add = (kind: CheckKind, command: readonly string[], source = "go.mod"): FoundCheck => ({
    kind,
    toolchain: "go",
    folder: folder.path,
    command,
    source: folder.locate(source),
  });
  const test = folder.files.find((file) => file.endsWith("_test.go"));
  return [
    ...(test === undefined ? [] : [add("test", ["go", "test", "-v", "./..."], test)]),
    add("lint", ["go", "vet", "./..."]),
    add("build", ["go", "build", "./..."]),
  ];
}

/** Checks of a Cargo package or workspace. */
export function rustChecks(folder: Folder): readonly FoundCheck[] {
  const manifest = folder.read("Cargo.toml");
  if (manifest === undefined) return [];
  const all = /^\[workspace\]/mu.test(manifest) ? ["--workspace"] : [];
  const add = (kind: CheckKind, command: readonly string[], source = "Cargo.toml"): FoundCheck => ({
    kind,
    toolchain: "rust",
    folder: folder.path,
    command,
    source: folder.locate(source),
  });
  const format = ["rustfmt.toml", ".rustfmt.toml"].find((name) => folder.has(name));
  return [
    add("test", ["cargo", "test", ...all]),
    add("types", ["cargo", "check", "--all-targets", ...all]),
    add("lint", ["cargo", "clippy", "--all-targets", ...all, "--", "-D", "warnings"]),
    ...(format === undefined ? [] : [add("format", ["cargo", "fmt", "--check"], format)]),
  ];
}

/** Folders of Cargo packages that a workspace above them already covers. */
export function isCargoMember(folder: string, workspaces: readonly string[]): boolean {
  return workspaces.some((root) => root !== folder && (root === "" || folder.startsWith(`${root}/`)));
}
