/** Layer rules over the whole import graph; ESLint repeats them while typing. See ARCHITECTURE.md. */
const layer = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|webview)/", pathNot: allowed },
});

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    layer("core-is-pure", "^src/core/", "^src/core/"),
    layer("ports-see-core", "^src/ports/", "^src/(core|ports)/"),
    layer("engine-sees-ports", "^src/engine/", "^src/(core|ports|engine)/"),
    layer("adapters-see-ports", "^src/adapters/", "^src/(core|ports|adapters)/"),
    layer("protocol-sees-core", "^src/protocol/", "^src/(core|protocol)/"),
    layer("compose-knows-no-shell", "^src/compose\\.ts$", "^src/(core|ports|engine|adapters|compose\\.ts)"),
    layer("cli-is-a-shell", "^src/cli/", "^src/(core|ports|engine|cli|compose\\.ts)"),
    layer("server-is-a-shell", "^src/server/", "^src/(core|ports|engine|server|compose\\.ts)"),
    layer(
      "vscode-is-a-shell",
      "^src/(vscode/|extension\\.ts)",
      "^src/(core|ports|engine|adapters|protocol|vscode|compose\\.ts|extension\\.ts)",
    ),
    layer("webview-sees-protocol", "^webview/", "^(webview/|src/(protocol|core)/)"),
    {
      name: "only-vscode-knows-the-editor",
      severity: "error",
      from: { path: "^(src|webview)/", pathNot: "^src/(vscode/|extension\\.ts)" },
      to: { path: "^vscode$" },
    },
    {
      name: "core-touches-no-machine",
      severity: "error",
      from: { path: "^src/(core|ports|protocol|engine)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "toolkit-in-one-file",
      severity: "error",
      from: { path: "^webview/", pathNot: "^webview/shared/elements\\.ts$" },
      to: { path: "webview-ui-toolkit" },
    },
    {
      name: "sqljs-in-one-place",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/adapters/sqljs/" },
      to: { path: "node_modules/sql\\.js" },
    },
    {
      name: "git-in-one-place",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/adapters/git/" },
      to: { path: "node_modules/simple-git" },
    },
    {
      name: "processes-in-one-place",
      severity: "error",
      from: { path: "^(src|webview)/", pathNot: "^src/adapters/node/" },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "openai-in-one-place",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/adapters/openai/" },
      to: { path: "node_modules/openai" },
    },
    {
      name: "no-test-in-product",
      severity: "error",
      from: { path: "^(src|webview)/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
