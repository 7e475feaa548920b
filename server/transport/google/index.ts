export { createGoogleDoor, speaksGoogle } from "./door.ts";
export { googleErrorReply } from "./encode-google-error.ts";
