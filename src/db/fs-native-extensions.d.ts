// The package ships no types; these are of the one function that we use.
declare module "fs-native-extensions" {
  /** Takes an exclusive lock on an open file without waiting; false when somebody else holds it. */
  export function tryLock(descriptor: number): boolean;
}
