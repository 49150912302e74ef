/** An audit entry's action for people: `phone_number.assign` as “Phone number: assign”. */
export function actionLabel(action: string): string {
  const [subject = action, ...rest] = action.replaceAll("_", " ").split(".");
  const named = subject.charAt(0).toUpperCase() + subject.slice(1);
  return rest.length === 0 ? named : `${named}: ${rest.join(" ")}`;
}
