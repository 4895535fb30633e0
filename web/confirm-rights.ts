/**
 * Asks the person for a fresh code when the server says that administrator rights rest on this device; true once they
 * are awake again. Set by the feature that can do it; calls that were refused for it are then done again by themselves.
 */
export const confirmRights: { ask?: () => Promise<boolean> } = {};
