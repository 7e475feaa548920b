export type { Documentation, DocumentationPlace } from "./documentation.ts";
export { createMcpDoor } from "./mcp-door.ts";
export { mcpPath, metadataPath, protectedResourceDoor } from "./protected-resource.ts";
