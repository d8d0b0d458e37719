"""What may be done with studies and trials. The core is met in `working` alone, which only jobs and commands load."""
