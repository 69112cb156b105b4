/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hammer THREADS ROUNDS COUNT
 *
 * Has COUNT descriptors open; at a line, THREADS threads open and close one each, ROUNDS
 * times, all at once. The odd ones keep their last. Answers with the count.
 */
#include "worker.h"

#define MOST_THREADS 16

static long rounds;
static pthread_barrier_t start;

static void *hammer(void *number)
{
	int fd = -1;

	pthread_barrier_wait(&start);
	for (long i = 0; i < rounds; i++) {
		fd = open_one();
		if (i < rounds - 1 || !((intptr_t)number & 1))
			close(fd);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[MOST_THREADS];
	int n = argc == 4 ? atoi(argv[1]) : 0;

	if (n < 1 || n > MOST_THREADS)
		errx(1, "hammer THREADS ROUNDS COUNT");
	rounds = atol(argv[2]);
	open_until(atoi(argv[3]));
	pthread_barrier_init(&start, NULL, n);
	tell("ready\n");
	listen_to();
	for (intptr_t i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, hammer, (void *)i))
			errx(1, "pthread_create");
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	tell("%d\n", count_open());
	listen_to();
}
