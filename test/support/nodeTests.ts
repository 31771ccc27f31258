/** Tests of a small workspace, all in one process: a process for each file costs more than the tests themselves. */
export const nodeTests = "node --test --experimental-test-isolation=none";
