export { createGoogleDoor, speaksGoogle } from "./door.ts";
export { namedFileIn } from "./named-file.ts";
export { googleErrorReply } from "./encode-google-error.ts";
