import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { NexusProvider } from "../_data/nexus-provider.tsx";
import { readRuntimeConfig } from "../_session/runtime-config.ts";
import { SessionProvider } from "../_session/session-provider.tsx";
import { StepUpProvider } from "./security/user/_account/step-up.tsx";
import { Shell } from "./shell.tsx";

const DashboardLayout = ({ children }: { readonly children: ReactNode }) => (
  <SessionProvider authUrl={readRuntimeConfig().authUrl}>
    <NexusProvider>
      <StepUpProvider>
        <NuqsAdapter>
          <Shell>{children}</Shell>
        </NuqsAdapter>
      </StepUpProvider>
    </NexusProvider>
  </SessionProvider>
);

export default DashboardLayout;
