// One module, so that what the shell opens shares one download.
export { OrganizationItems } from "./organization-items.tsx";
export { Palette } from "./palette.tsx";
export { PhonePagesDrawer } from "./phone-pages-drawer.tsx";
export { ShortcutList } from "./shortcut-list.tsx";
