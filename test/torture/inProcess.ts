/** What the torture command runs inside its own process; bundled before it is loaded. */
export { powerCuts } from "./powerCuts";
export { faultLoop } from "./faults";
export { damageLoop } from "./damage";
export { suspensions } from "./suspensions";
export { historyHashes, history, sourceBytes } from "./scenario";
export { seeded } from "../support/seededRandom";
