export { createConversationsDoor } from "./conversations-door.ts";
export { createResponsesDoor } from "./responses-door.ts";
