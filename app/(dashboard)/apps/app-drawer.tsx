"use client";

import { Drawer } from "../../_ui/drawer.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import type { AppDetailsProps } from "./app-details.tsx";
import type { ListedApp } from "./app-standing.ts";

const AppDetails = whenOpened(() => import("./app-details.tsx").then((module) => module.AppDetails));

interface AppDrawerProps extends Omit<AppDetailsProps, "app"> {
  /** As the address has it. */
  readonly id: string | undefined;
  readonly app: ListedApp | undefined;
  readonly onClose: () => void;
}

/** Opens the details of an app beside the list. */
export const AppDrawer = ({ id, app, onClose, ...rest }: AppDrawerProps) => (
  <Drawer open={id !== undefined} onClose={onClose} title={app?.name ?? "App"} description={id ?? ""}>
    {app ? <AppDetails key={app.id} app={app} {...rest} /> : <p>The organization has no such app.</p>}
  </Drawer>
);
