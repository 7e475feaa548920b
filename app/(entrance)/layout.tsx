import type { ReactNode } from "react";
import { readRuntimeConfig } from "../_session/runtime-config.ts";
import { SessionProvider } from "../_session/session-provider.tsx";

const EntranceLayout = ({ children }: { readonly children: ReactNode }) => (
  <SessionProvider authUrl={readRuntimeConfig().authUrl}>{children}</SessionProvider>
);

export default EntranceLayout;
