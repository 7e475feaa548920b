export {
  createNexusProvider,
  type NexusCallFacts,
  type NexusAiProvider,
  type NexusProviderOptions,
} from "./create-nexus-provider.ts";
export { UnsupportedByNexusError } from "./unsupported-by-nexus-error.ts";
