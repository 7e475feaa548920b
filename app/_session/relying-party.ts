// One module, so that the relying party's script is loaded once.
export { signIn, signOut } from "next-auth/react";
export { MirroredSession } from "./mirrored-session.tsx";
