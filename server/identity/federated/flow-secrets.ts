import { createHmac } from "node:crypto";
import type { FlowSecrets } from "./provider.ts";

const derive = (secret: string, label: string): string =>
  createHmac("sha256", secret).update(`topolo-auth federated ${label}`).digest("base64url");

/** State, nonce and PKCE verifier follow from the browser's cookie alone: nothing of them is stored. */
export const flowSecrets = (secret: string): FlowSecrets => ({
  state: derive(secret, "state"),
  nonce: derive(secret, "nonce"),
  codeVerifier: derive(secret, "code verifier"),
});
