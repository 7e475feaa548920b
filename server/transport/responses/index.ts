export { createConversationsDoor } from "./conversations-door.ts";
export { createResponsesDoor } from "./responses-door.ts";
export { serveResponsesSocket, socketRequest, type SocketBounds } from "./responses-socket.ts";
