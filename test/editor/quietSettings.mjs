// @ts-check

/** Settings that keep a test window quiet: nothing moves, asks, or opens by itself. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": false,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "security.workspace.trust.startupPrompt": "never",
  "workbench.colorTheme": "Dark Modern",
  "git.openRepositoryInParentFolders": "never",
  "editor.accessibilitySupport": "off",
};
