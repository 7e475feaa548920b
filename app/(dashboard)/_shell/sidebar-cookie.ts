/** Remembers whether the sidebar shows icons alone; a cookie, so that the server renders it so from the first byte. */
export const sidebarCookie = "nexus_sidebar";

export const iconsAlone = "icons";
