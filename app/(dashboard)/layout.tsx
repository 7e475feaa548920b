import { cookies } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { NexusProvider } from "../_data/nexus-provider.tsx";
import { readRuntimeConfig } from "../_session/runtime-config.ts";
import { SessionProvider } from "../_session/session-provider.tsx";
import { StepUpProvider } from "./security/user/_account/step-up.tsx";
import { PageIconsProvider } from "./_shell/page-icon.tsx";
import { pageIcons } from "./_shell/page-icons.tsx";
import { Shell } from "./_shell/shell.tsx";
import { iconsAlone, sidebarCookie } from "./_shell/sidebar-cookie.ts";

const DashboardLayout = async ({ children }: { readonly children: ReactNode }) => {
  const startsAsIcons = (await cookies()).get(sidebarCookie)?.value === iconsAlone;
  return (
    <SessionProvider authUrl={readRuntimeConfig().authUrl}>
      <NexusProvider>
        <StepUpProvider>
          <NuqsAdapter>
            <PageIconsProvider icons={pageIcons}>
              <Shell startsAsIcons={startsAsIcons}>{children}</Shell>
            </PageIconsProvider>
          </NuqsAdapter>
        </StepUpProvider>
      </NexusProvider>
    </SessionProvider>
  );
};

export default DashboardLayout;
