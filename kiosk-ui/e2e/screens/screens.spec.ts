/** Pictures of every screen, both ways up and in both languages, into target/screens. */
import { PARTS } from '../support/tour/index';
import { picture } from '../support/tour/pictures';

picture(PARTS);
