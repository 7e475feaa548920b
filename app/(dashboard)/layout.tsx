import type { ReactNode } from "react";
import { NexusProvider } from "../_data/nexus-provider.tsx";
import { Shell } from "./shell.tsx";

const DashboardLayout = ({ children }: { readonly children: ReactNode }) => (
  <NexusProvider>
    <Shell>{children}</Shell>
  </NexusProvider>
);

export default DashboardLayout;
