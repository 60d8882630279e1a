/** How one customer wants to see and reach the screen; gone with them. */
export class Comfort {
  /** Every word larger. */
  large = $state(false);
  /** Everything to touch at the lower part of the screen. */
  reach = $state(false);
  /** Black on white. */
  contrast = $state(false);

  reset() {
    this.large = false;
    this.reach = false;
    this.contrast = false;
  }
}
