// Everything that lies over a page, in one module: it shares most of its script, and loads the first time that anything opens.
export { OrganizationItems } from "./(dashboard)/_shell/organization-items.tsx";
export { HelpItems } from "./(dashboard)/_shell/help-items.tsx";
export { Palette } from "./(dashboard)/_shell/palette.tsx";
export { PhonePagesDrawer } from "./(dashboard)/_shell/phone-pages-drawer.tsx";
export { ShortcutList } from "./(dashboard)/_shell/shortcut-list.tsx";
export { AccountItems } from "./_ui/account-items.tsx";
export { DrawerFrame } from "./_ui/drawer-frame.tsx";
export { ModalFrame } from "./_ui/modal-frame.tsx";
export { ToastList } from "./_ui/toast-list.tsx";
