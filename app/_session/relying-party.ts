// One module, so that the relying party's script is loaded once.
export { endMirroredSession, goToSignIn } from "./own-session.ts";
export { MirroredSession } from "./mirrored-session.tsx";
