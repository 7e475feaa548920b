"use client";

import { createNexusClient, type NexusClient } from "@topolo/nexus-client";
import { createContext, use, useState, type ReactNode } from "react";
import { useSession } from "../_session/session-provider.tsx";

const Context = createContext<NexusClient | undefined>(undefined);

/** The gateway, asked as the person who is signed in. */
export const useNexus = (): NexusClient => {
  const nexus = use(Context);
  if (!nexus) throw new Error("useNexus outside of NexusProvider");
  return nexus;
};

/** The dashboard is an ordinary client of the gateway at its own origin; the access token never leaves memory. */
export const NexusProvider = ({ children }: { readonly children: ReactNode }) => {
  const { auth } = useSession();
  const [nexus] = useState(() =>
    createNexusClient({
      baseUrl: typeof location === "undefined" ? "" : location.origin,
      credential: { bearer: async () => (await auth.accessToken()) ?? "" },
    }),
  );
  return <Context value={nexus}>{children}</Context>;
};
