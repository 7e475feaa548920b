export {
  createNexusProvider,
  type NexusCallFacts,
  type NexusAiProvider,
  type NexusProviderOptions,
} from "./create-nexus-provider.ts";
export type { NexusWebSearch } from "./web-search.ts";
export { UnsupportedByNexusError } from "./unsupported-by-nexus-error.ts";
