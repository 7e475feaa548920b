import type { Metadata } from "next";
import { SettingsOfMail } from "./settings-of-mail.tsx";

export const metadata: Metadata = { title: "Mail settings" };

const SettingsPage = () => <SettingsOfMail />;

export default SettingsPage;
