import { defineFeature } from '#platform/feature.ts';
import { personalData } from './personal-data.ts';
import { favouritesSite } from './routes.ts';

export default defineFeature({
  name: 'catalogue/favourites',
  personalData,
  sites: [favouritesSite],
  closedToRobots: ['/parcourspro/favoris'],
});
