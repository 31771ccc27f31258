import type { CommandResult, CommandRunner } from "../../ports/commandRunner";

/**
 * Runs the same command in the same folder once. For the time in which the tree does not change: a gate, a criterion
 * and a detected check often name the same command.
 */
export function rememberCommands(runner: CommandRunner): CommandRunner {
  const results = new Map<string, CommandResult>();
  return {
    run: async (command, signal) => {
      const key = JSON.stringify([command.cwd, ...command.argv]);
      const known = results.get(key);
      if (known !== undefined) return { ...known, duration_ms: 0 };
      const result = await runner.run(command, signal);
      if (!result.cancelled) results.set(key, result);
      return result;
    },
  };
}
