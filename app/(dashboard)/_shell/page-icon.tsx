"use client";

import { createContext, use, type ReactNode } from "react";

type PageIcons = Readonly<Record<string, ReactNode>>;

const Icons = createContext<PageIcons>({});

/** Hands the listed pages' signs to whatever lists them. */
export const PageIconsProvider = ({ icons, children }: { readonly icons: PageIcons; readonly children: ReactNode }) => (
  <Icons value={icons}>{children}</Icons>
);

/** The sign of a listed page. */
export const PageIcon = ({ href }: { readonly href: string }) => use(Icons)[href];
