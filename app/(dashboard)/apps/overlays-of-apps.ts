// What opens on the page of apps and beside it, in one module: it shares most of its script.
export { IssuedToken } from "../keys/service-tokens/issued-token.tsx";
export { MakeServiceTokenDialog } from "../keys/service-tokens/make-service-token-dialog.tsx";
export { RegisterDialog } from "./register-dialog.tsx";
