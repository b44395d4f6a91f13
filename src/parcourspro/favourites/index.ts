import { defineFeature } from '../../platform/feature.ts';
import { favouritesSite } from './routes.ts';

export default defineFeature({
  name: 'parcourspro/favourites',
  sites: [favouritesSite],
  closedToRobots: ['/parcourspro/favoris'],
});
