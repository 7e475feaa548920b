/** The router whose types the client carries; in the published package the build puts its declaration in this place. */
export type { AppRouter } from "../../server/transport/trpc/root.ts";
