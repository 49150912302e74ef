// Switchhook has native parts and starts background work, so it is loaded by Node and not bundled.
export default { serverExternalPackages: ["switchhook"] };
