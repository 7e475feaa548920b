export {
  createTestNexus,
  UnscriptedCallError,
  type TestCall,
  type TestNexus,
  type TestNexusOptions,
} from "./create-test-nexus.ts";
export { objectAnswer, textAnswer } from "./default-answers.ts";
export { nexusRefusal, type RefusalOptions } from "./refusal.ts";
