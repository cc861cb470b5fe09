"""`course bench`: measure the cells on the course's kernel and on a stock one."""
